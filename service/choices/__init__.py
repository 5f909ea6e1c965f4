"""The settings by what they are for; ``service.settings`` joins them."""
