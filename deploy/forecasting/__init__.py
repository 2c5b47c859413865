"""The forecast measured on a folder of deals: `python -m deploy.forecasting folder`."""
