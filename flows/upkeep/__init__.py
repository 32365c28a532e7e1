"""What is done to the graph beside the nights: a document forgotten, all rebuilt, all backed up."""
