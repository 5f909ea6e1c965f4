"""Questions drafted from documents by rules, and accepted one by one by a person."""
