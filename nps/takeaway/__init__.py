"""What a page gives to take away: a spreadsheet that says what it is about, charts as pictures, a report on paper.

Nothing here needs a browser on the server: pictures are made by the plotly of the visitor's browser
(`scripts/charts.js`), the report draws its charts as SVG (`svg.py`).
"""
