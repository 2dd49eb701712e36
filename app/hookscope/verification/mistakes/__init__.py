"""The mistakes that senders and receivers make, each as a change that would make a failed request verify."""
