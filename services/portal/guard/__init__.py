"""Who is asking, and what they may be shown: everything that happens to a request before a page sees it.

premises    the offices of this portal: where their nodes are, and what offices are called
accounts    who may log in, with what secrets
throttle    how often somebody may guess
sessions    who is logged in, for how long
step_up     the second factor once more, before what cannot be taken back
shelf       what a session would have to bring again, for as long, within bounds
addresses   where a page may send a person
headers     what every answer forbids the browser
door        all of it, found from any request
"""
