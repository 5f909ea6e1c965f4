"""question -> candidates -> ranked passages -> citations -> answer -> HTTP and page."""
