"""A browser that tells who follows a report, or supports it, that there is news."""
