"""What a passage answers, found by rules: definitions, tasks, reasons, values, lists, errors and more."""
