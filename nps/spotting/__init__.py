"""Parts of the page Hotspots.

looking.py is what is looked for, telling.py what stands out and the people behind it, opened.py what one finding tells
when somebody opens it, keeping.py the groups under watch.
"""
