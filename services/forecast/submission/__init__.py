"""What was handed in as the forecast of a period, frozen with all it rested on. Nothing ever erases one."""
