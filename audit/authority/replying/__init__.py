"""What goes back to the schools: feedback letters as text, and the anonymous benchmark."""
