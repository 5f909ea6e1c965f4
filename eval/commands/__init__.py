"""The commands of the evaluation, by what they are about."""
