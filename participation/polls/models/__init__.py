"""The tables of polls."""

from participation.polls.models.after import Answer, AnswerVersion, FollowUp, Listener, Outcome, Published
from participation.polls.models.codes import Batch, Code
from participation.polls.models.poll import Option, Poll, Project, Question, StageChange
from participation.polls.models.voting import Ballot, Pattern, RollEntry, SetAside, Standing, Turnout, Words

__all__ = [
    "Answer",
    "AnswerVersion",
    "Ballot",
    "Batch",
    "Code",
    "FollowUp",
    "Listener",
    "Option",
    "Outcome",
    "Pattern",
    "Poll",
    "Project",
    "Published",
    "Question",
    "RollEntry",
    "SetAside",
    "StageChange",
    "Standing",
    "Turnout",
    "Words",
]
