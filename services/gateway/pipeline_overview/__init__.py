"""The three pipelines together: deals almost closed, deals for later, leads in the pipe."""
