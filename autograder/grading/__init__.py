"""From submitted notebooks to verdicts, gradebook, feedback pages, class report and exported grades."""
