"""Live tools: computed while somebody moves the controls, in a warm child process, without a job."""
