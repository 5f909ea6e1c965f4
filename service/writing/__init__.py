"""From passages to an answer in sentences. In: proved passages, an endpoint. Out: an Answer."""
