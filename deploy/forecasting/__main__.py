"""Prints how near the forecast came to what was won, by the code the service uses, and draws it."""

import argparse
from pathlib import Path

from deploy.forecasting.charts import draw
from deploy.forecasting.deals_file import read_company
from deploy.forecasting.measure import measure
from deploy.forecasting.report import report


def main() -> None:
    """The folder, and where to draw."""
    parser = argparse.ArgumentParser(prog="deploy.forecasting", description=__doc__)
    parser.add_argument("data", type=Path, help="a folder of CSV files")
    parser.add_argument("--charts", type=Path, help="a folder to write SVG files to")
    given = parser.parse_args()
    company = read_company(given.data)
    points = measure(company)
    if not points:
        parser.error(f"{given.data} has too few months with closings: four whole ones are needed.")
    print(report(company, points))
    if given.charts:
        print(f"\ndrawn: {', '.join(str(each) for each in draw(company, points, given.charts))}")


if __name__ == "__main__":
    main()
