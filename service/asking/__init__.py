"""From what is asked to what is searched for. In: a question, an Index. Out: a Query."""
