"""One module per subcommand; heavy libraries are imported when a command runs, so that help is fast."""
