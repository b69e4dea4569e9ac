"""How much a word says of a sentence ending after it or beginning with it, for speech without punctuation.

Log odds in tenths, counted in 533,501 words of edited English conversation (50 episodes of five shows): how much
likelier the word is next to the end of a sentence than elsewhere. Only the 300 words that say most in all are kept.
"""

from __future__ import annotations

from types import MappingProxyType

__all__ = ["BEGINS", "ENDS"]

_ENDS = (
    "a-41 able-50 about-5 absolutely+32 actual-20 actually-10 again+13 ago+18 all-7 also-20 always-22 amazing+17 "
    "an-63 and-32 any-20 apple-10 are-12 as-36 at-15 away+13 awesome+26 back+3 based-37 basically+8 be-9 "
    "because-21 become-37 been-22 before+8 being-35 better+9 big-8 biggest-33 bit+5 build-7 bunch-24 business+9 "
    "but-9 by-18 came-23 can-19 can't-16 certain-23 check-33 come-18 comes-42 coming-21 community+13 company+13 "
    "cool+23 could-20 couple-18 create-39 data+7 day+14 days+14 didn't-18 doesn't-15 doing+5 don't-22 done+7 "
    "down+9 each-39 else+13 ended-32 entire-33 especially-23 even-11 every-31 everything+10 exactly+27 example+11 "
    "experience+15 feel-10 few-19 figure-40 find-13 first-4 for-18 from-15 full-34 fun+16 game+11 get-26 "
    "getting-24 give-29 giving-35 go+3 going-3 gonna-40 good+6 got-15 gotta-19 great+10 had-23 happen+18 has-15 "
    "have-17 having-19 he-26 he's-45 help-8 here+18 here's-35 hey-13 him+10 his-20 how-31 i-50 i'd-44 i'll-46 "
    "i'm-66 i've-56 idea+10 if-40 important+11 in-12 interesting+12 into-15 is-10 it+8 it's-43 its-38 job+14 "
    "just-35 keep-19 kind-64 kinds-36 know+7 last-19 let-40 let's-47 license+12 life+15 like-14 little-27 look-15 "
    "looking-45 lot-7 love-7 make-15 makes-25 making-14 man+27 many-14 may-20 maybe-12 me+10 might-34 model+9 "
    "money+10 more-6 most-16 much+4 my-36 need-10 never-17 new-10 nice+18 no+4 not-8 now+12 of-30 oh-5 okay+21 "
    "on-4 only-12 open-19 or-20 other-11 our-40 out+5 over-11 place+15 point+12 pretty-27 probably-15 problem+18 "
    "process+15 product+11 project+11 projects+10 put-31 putting-33 question+14 quite-42 really-11 right+29 "
    "said-7 say-5 seems-41 send-33 sense+16 set-13 she-38 should-16 show+11 single-35 so-11 software+8 some-29 "
    "someone-18 something+3 sort-30 source+7 spend-36 still-32 story+12 stuff+17 sure+17 system+15 take-10 "
    "taking-36 talk-8 talked-26 talking-15 team+10 tell-15 terms-9 than-27 thank-19 that's-41 the-44 their-58 "
    "them+12 then-5 there+12 there's-31 these-16 they-27 they'll-32 they're-58 they've-40 thing+13 things+9 "
    "think-11 those-8 though+16 through-7 time+12 times+14 to-19 today+20 together+13 too+18 true+27 try-13 "
    "trying-27 type-36 until-36 up+5 us+10 using-6 versus-22 very-42 wanna-36 wanted-11 was-16 wasn't-19 way+9 "
    "we-44 we'll-45 we're-41 we've-52 well+10 went-19 were-19 what-16 what's-31 whatever+17 when-31 where-26 "
    "whether-39 which-28 who-39 who's-38 whole-10 will-14 with-11 work+10 working-15 world+14 worth-32 would-26 "
    "wow+32 yeah+25 year+12 years+12 yes+28 yet+20 you-8 you'd-36 you'll-36 you're-46 you've-35 your-65 "
)
_BEGINS = (
    "a-15 able-50 about-35 actual-39 actually-7 ago-41 ai-45 all-4 already-21 also-8 always-16 an-18 and+13 "
    "app-43 are-9 around-30 as-4 at-6 away-42 back-12 be-36 because+12 been-59 being-11 believe-38 best-44 "
    "better-49 big-22 bit-54 book-40 build-29 built-42 bunch-42 business-49 but+21 called-46 came-42 can-8 "
    "care-40 case-42 change-18 changelog-24 code-33 comes-42 community-27 companies-19 company-34 content-39 "
    "conversation-39 could-10 couple-46 course-46 data-33 day-19 design-40 developer-41 development-39 didn't-15 "
    "different-57 documentation-42 doesn't-24 doing-34 don't-15 done-30 down-50 else-45 end-28 example-27 "
    "excited-40 experience-42 fact-42 far-38 feel-24 few-44 find-14 for-4 from-12 game-44 get-29 gets-40 "
    "getting-16 go-10 goes-40 going-14 gonna-59 good-11 got-57 guess-47 guys-40 had-36 happen-42 happened-38 "
    "happening-38 happens-40 hard-47 has-14 have-21 haven't-42 he+12 hear-40 here-8 him-45 how+8 i+16 i'm+14 "
    "i've+15 idea-47 if+13 important-45 in-7 into-60 involved-41 is-9 it+5 it's+17 job-46 just-7 kind-17 know-65 "
    "language-40 learn-26 learning-21 least-44 let's+19 level-40 license-24 like-3 little-37 lot-62 love-31 "
    "made-43 make-18 makes-44 may-26 maybe+11 me-27 mean-53 means-42 mentioned-45 might-34 model-50 models-43 "
    "money-28 months-39 more-21 move-24 much-56 name-41 need-54 needs-38 new-14 no+15 not-6 now+9 number-40 of-28 "
    "off-48 oh+25 okay+22 on-18 one+5 ones-38 only-25 open-16 other-19 our-7 out-39 over-14 own-50 part-12 "
    "particular-39 pay-24 people-9 person-46 place-45 platform-39 play-39 podcast-24 point-24 problem-46 "
    "problems-39 process-46 product-21 project-55 projects-48 pull-40 put-31 question-46 really-18 reason-42 "
    "right+15 run-26 said-53 say-18 saying-46 school-40 see-9 seems-41 seen-41 sense-44 set-44 should-15 show-28 "
    "shows-39 side-28 so+29 software-30 some-4 something-11 sort-21 source-41 start-49 started-25 still-16 "
    "story-42 stuff-24 support-42 system-42 take-10 talk-17 talked-45 talking-30 team-47 technical-39 "
    "technology-40 terms-46 than-33 that-7 that's+19 the-5 their-15 them-61 there+5 there's+16 these-6 they+6 "
    "they're+9 thing-62 things-25 think-38 thinking-21 though-43 thought-47 through-27 time-33 times-41 to-25 "
    "together-27 too-33 try-28 trying-19 understand-42 up-37 us-56 use-23 used-47 user-39 users-40 using-31 "
    "value-40 version-43 very-5 wanna-36 want-56 wanted-44 was-23 watch-39 way-27 ways-44 we+10 we're+10 we've+11 "
    "well+23 went-44 were-21 what+9 what's+20 when+7 where-6 which+7 who-5 whole-46 will-14 with-15 work-57 "
    "worked-38 working-32 works-41 world-49 would-14 yeah+39 year-27 years-51 yes+33 yet-38 you+4 your-17 "
    "yourself-41 "
)


def _read(table: str) -> MappingProxyType[str, float]:
    """Words and their log odds, from ``word+12 other-7``."""
    pairs = (entry.replace("-", "+-").partition("+") for entry in table.split())
    return MappingProxyType({word: int(odds) / 10 for word, _, odds in pairs})


ENDS = _read(_ENDS)
BEGINS = _read(_BEGINS)
