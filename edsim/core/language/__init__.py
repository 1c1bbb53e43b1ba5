"""Spanish for sentences, fields and answers of the operating system."""
