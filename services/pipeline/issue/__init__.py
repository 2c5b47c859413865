"""Issues: leaks and other bottlenecks, who mends them, what was tried, and whether it helped."""
