"""What is done to the graph beside the nights: one document forgotten, all rebuilt."""
