/* durable: what a run is found again by is its folder and its command line, kept in
 * the store as one text: words with \037 between. */
#include "durable.h"
#include "cli.h"
#include "interrupt.h"
#include "jobs.h"
#include "report.h"
#include "say.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BETWEEN = '\037' };

static struct { leat_store *store; const char *folder; char *about; uint64_t resumed; struct list done, again; } kept;   /* folder NULL: the usual */

static int refused(const leat_error *err)
{
    say(SAY_ERROR, "%s", err->message);
    if (err->code == LEAT_ECORRUPT)
        say_detail("put its folder away, or name another: --store=DIR");
    return err->code == LEAT_EBUSY ? END_BUSY : err->code == LEAT_ECORRUPT ? END_BROKEN : report_ending(err->code);
}

static int open_store(const struct options *o, leat_error *err)
{
    kept.folder = option_value(o, OPTION_STORE);
    if (kept.folder && !*kept.folder) {
        say(SAY_ERROR, "--store: a folder is missing");
        return END_USAGE;
    }
    return leat_store_open(kept.folder, &kept.store, err) < 0 ? refused(err) : 0;
}

/* The folder, then the words behind `leat run`. */
static char *about_of(const struct options *o)
{
    struct list words = { 0 };
    char *here = getcwd(NULL, 0);
    list_add(&words, here ? text_copy(here, strlen(here)) : ".");
    free(here);
    for (int i = 2; i < o->argc; i++)
        list_add(&words, o->argv[i]);
    char between[] = { BETWEEN, 0 };
    return list_join(&words, between, words.n);
}

int durable_start(const struct options *o)
{
    leat_error err = { 0 };
    bool durable = option_is_set(o, OPTION_DURABLE), flow = option_is_set(o, OPTION_FLOW);
    if (durable != option_is_set(o, OPTION_STORE) && !durable) {
        say(SAY_ERROR, "--store is where --durable keeps a run");
        return END_USAGE;
    }
    if (durable && !flow) {
        say(SAY_ERROR, "--durable needs --flow: only flows are put on record");
        return END_USAGE;
    }
    if (!durable)
        return 0;
    kept.about = about_of(o);
    return open_store(o, &err);
}

void durable_end(void)
{
    leat_store_free(kept.store);
    kept.store = NULL;
}

bool durable_is_on(void) { return kept.store != NULL; }

/* How a person says that it was done: --done pay=NUM. */
static const char *done_form(const leat_driver *d, leat_id atom)
{
    const char *value = leat_driver_placeholder(d, atom);
    if (!select_has_value(d, atom))
        return leat_driver_name(d, atom);
    return text_format("%s=%s", leat_driver_name(d, atom), value && *value != '@' ? value : "VALUE");
}

/* Of the run that was resumed. */
static int say_choices(const struct choice *c, const leat_run *r)
{
    const char *resume = text_format("leat resume %llu%s%s", (unsigned long long)kept.resumed, kept.folder ? " --store=" : "",
                                     kept.folder ? text_shell(kept.folder) : "");
    leat_id *atom = text_room((c->count + 1) * sizeof *atom);
    size_t n = leat_run_in_doubt(r, atom, c->count);
    struct table rows = { 0 };
    for (size_t i = 0; i < n && i < c->count; i++) {
        bool value = select_has_value(c->driver, atom[i]);
        if (value || !select_outputs(c->driver, atom[i], NULL))
            table_add(&rows, text_format("%s --done %s", resume, done_form(c->driver, atom[i])),
                      value ? "it was done, and gave that" : "it was done", NULL, NULL, NULL, NULL);
        table_add(&rows, text_format("%s --again %s", resume, leat_driver_name(c->driver, atom[i])), "it was not: do it now", NULL,
                  NULL, NULL, NULL);
    }
    table_say(&rows);
    return END_LEFT;
}

/* Suspended without a signal: nothing could be written any more. */
int durable_report(const struct choice *c, const leat_run *r, int code, const leat_error *err)
{
    bool asked = code == LEAT_ESUSPENDED && interrupt_came();
    if (!asked)
        say(SAY_ERROR, "%s", err->message);
    if (code == LEAT_EUNKNOWN)
        return say_choices(c, r);
    if (code == LEAT_EUSAGE && kept.resumed)     /* a decision that makes no sense */
        return END_REFUSED;
    if (code != LEAT_ESUSPENDED && code != LEAT_EDEADLINE)
        return report_ending(code);
    say_plain("%s: leat resume %llu%s%s", asked ? "suspended; it goes on with" : "it goes on with",
              (unsigned long long)leat_run_stored(r), kept.folder ? " --store=" : "", kept.folder ? text_shell(kept.folder) : "");
    return code == LEAT_EDEADLINE ? END_DEADLINE : asked ? END_STOPPED : END_BROKEN;
}

/* --durable=batch(50ms) */
static bool release(const struct options *o, leat_run *r, leat_error *err)
{
    static const char *const words[] = { "each", "effects", "batch", "none" };
    const char *policy = option_value(o, OPTION_DURABLE);
    int64_t ms = 0;
    int at = 0;
    if (!policy || !*policy)
        return true;
    size_t n = strcspn(policy, "("), end = strlen(policy);
    while (at < 4 && (strlen(words[at]) != n || strncmp(words[at], policy, n)))
        at++;
    if (at == LEAT_RELEASE_BATCH && policy[n] && policy[end - 1] == ')')
        ms = jobs_duration(text_copy(policy + n + 1, end - n - 2));
    if (at < 4 && ms >= 0 && (ms || (!policy[n] && at != LEAT_RELEASE_BATCH)))
        return leat_run_set_release(r, at, ms) == 0;
    err->code = LEAT_EUSAGE;
    snprintf(err->message, sizeof err->message, "--durable=%s: each, effects, batch(50ms) or none is expected", text_shown(policy));
    return false;
}

static bool decide(leat_run *r, leat_error *err)
{
    bool good = true;
    for (size_t i = 0; i < kept.done.n && good; i++) {
        const char *equals = strchr(kept.done.at[i], '=');
        char *atom = equals ? text_copy(kept.done.at[i], (size_t)(equals - kept.done.at[i])) : kept.done.at[i];
        good = leat_run_resolve(r, atom, 1, equals ? equals + 1 : NULL, err) == 0;
    }
    for (size_t i = 0; i < kept.again.n && good; i++)
        good = leat_run_resolve(r, kept.again.at[i], 0, NULL, err) == 0;
    return good;
}

int durable_give(const struct request *q, const struct choice *c, leat_run *r)
{
    leat_error err = { 0 };
    if (kept.resumed && leat_run_resume(r, kept.store, kept.resumed, &err) < 0)
        return refused(&err), err.code == LEAT_EUSAGE ? END_NO_RUN : report_ending(err.code);
    if (kept.resumed)
        return decide(r, &err) && release(q->options, r, &err) ? 0 : (refused(&err), END_REFUSED);
    int end = request_give(q, c, r);
    if (!end && kept.store && leat_run_set_store(r, kept.store, kept.about, &err) < 0)
        end = refused(&err);
    if (!end && kept.store && !release(q->options, r, &err))
        refused(&err), end = END_USAGE;
    return end;
}

/* --- resume --- */

static int find_run(const struct options *o, leat_error *err)
{
    for (size_t i = 0; i < o->words.n; i++)
        if (strchr(o->words.at[i], '=')) {
            say(SAY_ERROR, "%s: a run that is resumed has its inputs from when it began", text_shown(o->words.at[i]));
            return END_USAGE;
        }
    if (o->words.n > 1) {
        say(SAY_ERROR, "resume takes one run");
        return END_USAGE;
    }
    const char *folder = option_value(o, OPTION_STORE);
    if (access(folder ? folder : ".leat", F_OK) < 0 && (errno == ENOENT || errno == ENOTDIR)) {
        say(SAY_ERROR, "no store %s: --store=DIR says where it is", text_shown(folder ? folder : ".leat"));
        return END_NO_RUN;
    }
    int code = open_store(o, err);
    if (code)
        return code;
    kept.done = o->values[OPTION_DONE];
    kept.again = o->values[OPTION_AGAIN];
    const char *word = o->words.n ? o->words.at[0] : "last";
    char *end;
    errno = 0;
    kept.resumed = *word == '-' ? 0 : strtoull(word, &end, 10);
    if (!strcmp(word, "last") ? leat_store_unfinished(kept.store, &kept.resumed, err) < 0
                              : !kept.resumed || *end || errno) {
        say(SAY_ERROR, "%s", strcmp(word, "last") ? text_format("no run %s", text_shown(word)) : err->message);
        return END_NO_RUN;
    }
    return 0;
}

/* Its words as if they had been typed. */
static int words_of(char *about, char ***out)
{
    int n = 2;
    for (const char *at = about; *at; at++)
        n += *at == BETWEEN;
    char **words = text_room(((size_t)n + 2) * sizeof *words), *next = about;
    int count = 0;
    words[count++] = text_copy("leat", 4);
    words[count++] = text_copy("run", 3);
    for (strsep(&next, "\037"); next;)
        words[count++] = strsep(&next, "\037");
    *out = words;
    return count;
}

int command_resume(const struct options *o)
{
    leat_error err = { 0 };
    struct options run;
    char *about = NULL, **words;
    int end = find_run(o, &err);
    if (!end && leat_store_about(kept.store, kept.resumed, &about, &err) < 0)
        end = refused(&err) == END_BUSY ? END_BUSY : err.code == LEAT_ENOTFOUND ? END_NO_RUN : report_ending(err.code);
    if (!end) {
        text_adopt(about);
        int count = words_of(about, &words);        /* about is the folder now */
        if (chdir(about) < 0) {
            say(SAY_ERROR, "no such folder %s: %m", text_shown(about));
            end = END_REFUSED;
        }
        if (!end && !(end = options_read(&run, FOR_RUN, count, words, 2)))
            end = run_options(&run);
    }
    durable_end();
    return end;
}
