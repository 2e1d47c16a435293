"""What `sciflask up` does: prepare an instance, start its processes, restart what dies, stop them in order."""
