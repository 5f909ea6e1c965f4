"""What doors of other protocols share: conversations as questions, answers as footnoted text."""
