"""Read-only questions, asked through the row rules like everything else."""
