"""How often one address (residents) or one account (professionals) may do each thing."""

from __future__ import annotations

from config import env


def throttles(*, demo: bool) -> dict[str, str]:
    """For `settings.THROTTLES`; a demonstration is tried from one address by scripts and browsers alike."""
    wide = "1000000/hour" if demo else ""
    return {
        "report": env.text("THROTTLE_REPORT", wide or "60/hour"),
        "report-network": env.text("THROTTLE_REPORT_NETWORK", wide or "300/hour"),  # an IPv4 /24, an IPv6 /48
        "report-device": env.text("THROTTLE_REPORT_DEVICE", wide or "30/hour"),
        "draft": env.text("THROTTLE_DRAFT", wide or "120/hour"),  # reports begun on pages without a script
        "draft-change": env.text("THROTTLE_DRAFT_CHANGE", wide or "1200/hour"),
        "upload": env.text("THROTTLE_UPLOAD", wide or "240/hour"),
        "search": env.text("THROTTLE_SEARCH", wide or "120/minute"),
        "tone": env.text("THROTTLE_TONE", wide or "240/minute"),  # while an editor types
        "suggest": env.text("THROTTLE_SUGGEST", wide or "120/minute"),
        "public": env.text("THROTTLE_PUBLIC", wide or "600/minute"),
        "places": env.text("THROTTLE_PLACES", wide or "120/minute"),
        "tiles": env.text("THROTTLE_TILES", wide or "1200/minute"),  # counts only what we have not got
        "support": env.text("THROTTLE_SUPPORT", wide or "60/hour"),
        "support-network": env.text("THROTTLE_SUPPORT_NETWORK", wide or "300/hour"),
        # Of those who join one report, how many count: devices new to us at one address, and all of a wider network.
        "support-new": env.text("THROTTLE_SUPPORT_NEW", wide or "3/day"),
        "support-report": env.text("THROTTLE_SUPPORT_REPORT", wide or "30/day"),
        # For events: from one address, and a network around it.
        "sign-up": env.text("THROTTLE_SIGN_UP", wide or "30/hour"),
        "sign-up-network": env.text("THROTTLE_SIGN_UP_NETWORK", wide or "100/day"),
        "tracking": env.text("THROTTLE_TRACKING", wide or "120/minute"),
        "push": env.text("THROTTLE_PUSH", wide or "120/minute"),  # devices that ask for messages, or no more of them
        # Asking to follow a wijk sends a mail to whom anybody names: from one network, a wider one, and to one address.
        "follow": env.text("THROTTLE_FOLLOW", wide or "20/hour"),
        "follow-network": env.text("THROTTLE_FOLLOW_NETWORK", wide or "60/day"),
        "follow-address": env.text("THROTTLE_FOLLOW_ADDRESS", wide or "6/day"),
        "mail": env.text("THROTTLE_MAIL", wide or "20/hour"),  # confirmations to one address
        # Text messages that anybody can have sent: to one number; codes asked for one number; asked for from an
        # IPv4 /24 or IPv6 /48; and all together, for they are paid for.
        "sms": env.text("THROTTLE_SMS", wide or "6/day"),
        "mail-code": env.text("THROTTLE_MAIL_CODE", wide or "6/hour"),  # codes to one address, whoever asks
        "sms-code": env.text("THROTTLE_SMS_CODE", wide or "3/day"),
        "sign-in-code": env.text("THROTTLE_SIGN_IN_CODE", wide or "60/hour"),  # codes asked for, from one address
        "sign-in": env.text("THROTTLE_SIGN_IN", wide or "120/hour"),  # codes tried
        "ballot": env.text(
            "THROTTLE_BALLOT", wide or "600/hour"
        ),  # ballots and proofs from one address: a desk, a school
        # Wrong codes of letters from one address, in one poll; then none works from there for an hour.
        "poll-guess": env.text("THROTTLE_POLL_GUESS", wide or "10/hour"),
        # Letters that one professional replaces or withdraws: the answer tells whether one was voted with.
        "poll-letter": env.text("THROTTLE_POLL_LETTER", wide or "20/hour"),
        # The same of letters with which people support an initiative: from one address or account.
        "support-guess": env.text("THROTTLE_SUPPORT_GUESS", wide or "10/hour"),
        "support-letter": env.text("THROTTLE_SUPPORT_LETTER", wide or "20/hour"),
        "sms-network": env.text("THROTTLE_SMS_NETWORK", wide or "40/day"),
        "sms-total": env.text("THROTTLE_SMS_TOTAL", wide or "1000/day"),
        # More reports than this in one municipality, or from one address, and a device must first prove some work.
        "pressure": env.text("PRESSURE", wide or "60/minute"),
        "pressure-network": env.text("PRESSURE_NETWORK", wide or "6/minute"),
        # Every opening of a desk: an office has one address, and after a restart all its desks open again.
        "inbox": env.text("THROTTLE_INBOX", wide or "600/minute"),
        "staff": env.text("THROTTLE_STAFF", wide or "1200/minute"),
    }
