"""nightloom beside other writers: what each leaves in the graph, and how fast."""
