"""What is said to customers: templates and the playbook, drafts, mail, and whom it reaches.

A template is merged with what is known of one customer (`merging`, `known`), becomes a mail (`mail`), waits in the
`outbox` and is put on the wire by the `postman` (`wire`), at most once. Nobody who opted out (`optout`) is written to.
"""
