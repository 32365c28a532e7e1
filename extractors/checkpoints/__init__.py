"""A trained model as a folder, and which model is which."""
