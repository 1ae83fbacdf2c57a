"""The public portal: pages rendered here, facts asked of the departments, nothing decided."""
