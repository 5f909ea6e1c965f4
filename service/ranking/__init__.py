"""From a query to ranked passages. In: an Index, a Query. Out: Candidates, best first."""
