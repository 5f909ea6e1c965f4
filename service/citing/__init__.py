"""From ranges of documents to proved citations. In: Candidates, stored texts. Out: Proved."""
