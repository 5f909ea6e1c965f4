"""From ranked passages to an answer. In: Candidates. Out: proved citations, an Answer."""
