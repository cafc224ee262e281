"""What is said to customers, on the screen: the draft beside a case, and the page on which leads edit the texts."""

from nps.wording.drafting import saying_panel
from nps.wording.playing import playbook_panel

__all__ = ["playbook_panel", "saying_panel"]
