"""files -> documents -> passages -> vectors + terms -> index generation."""
