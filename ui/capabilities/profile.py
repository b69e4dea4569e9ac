"""What a reader likes, in their own words and learned from clicks."""

from __future__ import annotations

from ui.capabilities.reasons import LIKES, READING_ONLY
from ui.capabilities.rows import Capability, Omission

__all__ = ["PROFILE"]

PROFILE: tuple[Capability, ...] = (
    Capability(
        name="profile",
        about="What a reader wrote down about their interests, and what of it is in force",
        library=("profile.get",),
        rest="GET /profile",
        mcp=LIKES,
        cli=("profile show",),
    ),
    Capability(
        name="set_profile",
        about="Changes a reader's profile, in the library and in its file",
        library=("profile.set",),
        rest="PUT /profile",
        mcp=READING_ONLY,
        cli=("profile edit", "profile set"),
    ),
    Capability(
        name="undo_profile",
        about="Puts the text before the last change of a profile back",
        library=("profile.undo",),
        rest="POST /profile/undo",
        mcp=READING_ONLY,
        cli=("profile undo",),
    ),
    Capability(
        name="reset_profile",
        about="Empties a profile, and forgets what clicks taught if asked",
        library=("profile.reset",),
        rest="DELETE /profile",
        mcp=READING_ONLY,
        cli=("profile reset",),
    ),
    Capability(
        name="compare_profile",
        about="What another text in place of the profile does to the next brief",
        library=("profile.compare",),
        rest="POST /profile/comparison",
        mcp=LIKES,
        cli=("profile edit", "profile set", "profile seed"),
    ),
    Capability(
        name="learned",
        about="What a reader's clicks taught, those about one theme together",
        library=("profile.learned",),
        rest="GET /profile/learned",
        mcp=LIKES,
        cli=("profile show",),
    ),
    Capability(
        name="profile_seeds",
        about="Ten ideas about different things, to begin a profile by picking from them",
        library=("profile.seeds",),
        rest="GET /profile/seeds",
        mcp=LIKES,
        cli=("profile seed",),
    ),
    Capability(
        name="profile_with_text",
        about="The profile with the subjects of a text among its interests, to be looked at and stored",
        library=("profile.with_text",),
        rest="POST /profile/text",
        mcp=LIKES,
        cli=("profile seed",),
    ),
    Capability(
        name="preview_brief",
        about="The brief that would be made of a day now with another profile",
        library=("profile.preview",),
        rest="POST /briefs/preview",
        mcp=Omission("what it holds is not settled: a model is asked for today's brief"),
        cli=("profile edit", "profile set"),
    ),
)
