/* wiring: the state of a graph while it is built. Private to graph/. */
#pragma once
#include "base/vector.h"
#include "graph/graph.h"
#include "graph/note.h"

/* A clause with where it was written. */
struct leat__written {
    struct leat__clause clause;
    const struct leat__note *note;
};

/* All clauses said of one node or type; the one that counts stands for its word. */
struct leat__subject {
    const char *name;
    struct leat__written *at;
    uint32_t count, cap;
    bool used, is_type, checked;        /* checked: its arrays */
    const struct leat__note *note;      /* the first */
};

/* A function that may stand for a name; variant.c. */
struct leat__candidate {
    const struct leat__function *function;
    struct leat__subject *subject;      /* its own note; NULL */
    struct leat__condition *at;
    uint32_t count;                     /* conditions */
    uint32_t next;                      /* of the group: index + 1 */
};

/* All functions for one name: some of them are variants. */
struct leat__group {
    const char *name;
    uint32_t first, last;               /* candidates: index + 1 */
    uint32_t chosen;                    /* index + 1; 0: none, or not yet */
    bool is_default, placed;
    bool has_default;                   /* a node's: x__default stands in where none is chosen */
};
#define LEAT__EACH_CANDIDATE(w, group, c)                                               \
    for (struct leat__candidate *c = &(w)->candidates[(group)->first - 1]; c;           \
         c = c->next ? &(w)->candidates[c->next - 1] : NULL)

struct leat__wiring {
    struct leat__graph *g;
    const struct leat__graph_spec *spec;
    struct leat__subject **said;        /* of nodes; NULL: there is no subject */
    uint32_t node_cap, said_cap, edge_cap, rest_cap;
    struct leat__rest lost;             /* what could not be kept: memory ran out */
    struct leat__subject *subjects;
    uint32_t subject_count, subject_cap;
    struct leat__map subject_names;     /* "node x", "type x" are apart by is_type: key has a prefix */
    struct leat__map functions;         /* name: index among all; made when first asked */
    const struct leat__function **all;  /* NULL: there is one module, whose functions are all */
    uint32_t all_count;
    bool functions_ready;
    uint32_t calls;                     /* nodes before inputs, constants and parts */
    struct leat__pair { uint32_t first, then, next; bool must; } *pairs;   /* first runs before then */
    uint32_t pair_count, pair_cap;
    struct leat__candidate *candidates;
    struct leat__group *groups;
    uint32_t candidate_count, candidate_cap, group_count, group_cap;
    struct leat__map group_names;       /* with a prefix: nodes and defaults are apart */
    struct leat__late { uint32_t node, param; const char *name; struct leat__space { const char *name; int n; } space; }
        *late;                          /* read what may be a field */
    uint32_t late_count, late_cap;
    bool has_writers, has_when, has_parts, has_spaces, has_loaders, has_arrays, has_methods, has_streams, has_asides;    /* asides: x__revert, x__happened */
    bool has_texts;                     /* a parameter may be a path: it is no number */
    bool widened;                       /* an input's type, after somebody was wired to it */
    bool unsorted;                      /* some call reads what stands behind it */
    bool failed;                        /* memory ran out */
};

/* The i-th of all functions, in order of modules. */
static inline const struct leat__function *leat__function_at(const struct leat__wiring *w, uint32_t i)
{
    return w->all ? w->all[i] : &w->spec->modules->at[i];
}

/* What notes say of a node; NULL: nothing. */
static inline struct leat__subject *leat__said(const struct leat__wiring *w, uint32_t id)
{
    return w->said ? w->said[id] : NULL;
}
static inline void leat__say(struct leat__wiring *w, uint32_t id, struct leat__subject *s)
{
    if (w->said)
        w->said[id] = s;
}

/* clause.c */
/* Notes become clauses of their subjects. */
void leat__clauses_collect(struct leat__wiring *w);
/* When nodes are there: clauses name parameters, and subjects are something. */
void leat__clauses_check(struct leat__wiring *w);
/* It speaks of the function; the others of the node, whichever function config chooses. */
bool leat__clause_is_of_function(const char *word);

/* subject.c */
/* The subject of a name, as find, or a new one. NULL: no memory; w->failed is set. */
struct leat__subject *leat__subject_add(struct leat__wiring *w, const char *name, bool is_type);
struct leat__subject *leat__subject_find(struct leat__wiring *w, const char *name, bool is_type);
const struct leat__written *leat__subject_clause(const struct leat__subject *s, const char *word);
/* A clause lists `name`: takes(a, b). */
bool leat__subject_lists(const struct leat__subject *s, const char *word, const char *name);
/* The word of a clause of one name: calls(f), as(n). NULL: no such clause. */
const char *leat__subject_word(const struct leat__subject *s, const char *clause);
/* What is said of a node that `own` is the function of: what is said of the function,
 * and of `name` what does not speak of a function. Either may be NULL, and so may
 * the answer. */
struct leat__subject *leat__subject_join(struct leat__wiring *w, struct leat__subject *own, struct leat__subject *name);
/* The note on a type, by its tag or typedef, as the function's namespace sees it; NULL. */
struct leat__subject *leat__subject_of_type(struct leat__wiring *w, const struct leat__function *f,
                                            const struct leat__type *t);
/* The note on a function, by its name, or without the trailing _. */
struct leat__subject *leat__subject_of_function(struct leat__wiring *w, const struct leat__function *f);

/* variant.c */
/* Finds functions that share a name by config, before there are nodes. */
void leat__variants_collect(struct leat__wiring *w);
/* The group of a name, NULL: its function stands alone. */
struct leat__group *leat__group_find(struct leat__wiring *w, const char *name, bool is_default);
/* Keeps in the graph what may be asked of variants. */
void leat__variants_keep(struct leat__wiring *w);

/* config.c */
/* The keys that candidates ask for, with the values they are given. */
void leat__config_collect(struct leat__wiring *w);
/* "region = us, tier != gold" */
void leat__candidate_print(struct leat__text *out, const struct leat__candidate *c);
/* Lets config choose. NULL: no function, or several; *out_tie then says which. */
struct leat__candidate *leat__group_choose(struct leat__wiring *w, struct leat__group *group, bool *out_tie);
/* Tells why config chose none; `id` stands for the name. */
void leat__group_tell(struct leat__wiring *w, const struct leat__group *group, uint32_t id, bool tie);
/* tag.c */
/* Keeps in the graph what notes tag. */
void leat__tags_keep(struct leat__wiring *w);

/* nodes.c */
/* "time_" is the node "time". */
const char *leat__plain_name(struct leat__wiring *w, const char *name);
/* Fills w->all, w->all_count, and makes room for their nodes. */
void leat__functions_list(struct leat__wiring *w);
void leat__nodes_collect(struct leat__wiring *w);
uint32_t leat__node_add(struct leat__wiring *w, const char *name, enum leat__node_kind kind,
                        const struct leat__function *f);
/* What the node alone has, to be written; until the next call. */
struct leat__rest *leat__rest_own(struct leat__wiring *w, struct leat__node *n);
const struct leat__function *leat__function_find(struct leat__wiring *w, const char *name);
/* Its index among all functions: of the first, in order of modules. LEAT__NONE. */
uint32_t leat__function_index(struct leat__wiring *w, const char *name);

/* name.c */
enum { LEAT__LONGEST_NAME = 600 };
/* The namespace that a full name of a function's node begins with; n is 0: none. */
struct leat__space leat__space_of(const char *name);
struct leat__space leat__space_named(const char *space);    /* takes NULL */
/* "us.x" */
const char *leat__name_in(struct leat__wiring *w, struct leat__space space, const char *name);
/* What a name said in a namespace means, LEAT__NONE: nothing so far. */
uint32_t leat__name_find(struct leat__wiring *w, struct leat__space space, const char *name,
                         const struct leat__function *reader);
/* A new input, as the namespace sees it. */
uint32_t leat__name_input(struct leat__wiring *w, struct leat__space space, const char *name,
                          const struct leat__function *reader, const struct leat__type *t);
/* leat__field_add, of a name said in a namespace. */
struct leat__no_field;
uint32_t leat__name_field(struct leat__wiring *w, struct leat__space space, const char *name,
                          const struct leat__function *reader, struct leat__no_field *no);
/* The type and form of a SAME are those of its input. */
void leat__same_follow(struct leat__graph *g, uint32_t id);

/* field.c */
/* The field's node, made with those on the way to it; LEAT__NONE: there is no
 * such field, no->why says why, or is "": no node is called so up to a dot. */
uint32_t leat__field_add(struct leat__wiring *w, const char *name, struct leat__no_field *no);
/* A node `name` for a part (its type, flags and kind; where it is) of node `of`. */
uint32_t leat__part_add(struct leat__wiring *w, const char *name, uint32_t of, const struct leat__node *part,
                        uint32_t offset, uint32_t items);
/* The edges of all parts, behind those of calls. */
void leat__parts_join(struct leat__wiring *w);

/* unpack.c: notes fields() and elements() */
void leat__unpack(struct leat__wiring *w);

/* wire.c */
/* The name a parameter asks for: one trailing _ is not part of it, __ reads as a dot. */
const char *leat__wanted(struct leat__wiring *w, const char *name, size_t n);
uint32_t leat__input_add(struct leat__wiring *w, const char *name, const struct leat__function *f,
                         const struct leat__type *t);
void leat__wire(struct leat__wiring *w);

bool leat__is_context(const struct leat__type *t);
/* misfit.c */
static inline bool leat__is_input(const struct leat__node *n)
{
    return n->kind == LEAT__NODE_INPUT || n->kind == LEAT__NODE_SAME;
}
/* The parameter cannot read `from`: its type does not fit, or a part would be lent. */
void leat__misfit(struct leat__wiring *w, uint32_t id, const struct leat__param *p, uint32_t from);
const char *leat__declared(struct leat__wiring *w, const struct leat__type *t, const char *name);
/* What node n gives; what a reader of it with parameter `name` would have to declare. */
const char *leat__value_text(struct leat__wiring *w, const struct leat__node *n);
const char *leat__reader_text(struct leat__wiring *w, const struct leat__node *n, const char *name);
/* ... would take `from`, a part. */
void leat__taken_part(struct leat__wiring *w, uint32_t id, const struct leat__param *p, uint32_t from);
/* Nothing has that name with a dot. in_note: bind() says it. */
void leat__no_part(struct leat__wiring *w, uint32_t id, const struct leat__param *p, const char *name, bool in_note,
                   const struct leat__no_field *no);
/* limit.c: notes timeout() */
void leat__limit(struct leat__wiring *w);
/* effect.c: notes effect() */
void leat__effect(struct leat__wiring *w);
/* priority.c: notes priority() */
void leat__priority(struct leat__wiring *w);
/* Puts `order`, n nodes that stand behind what they need, into an order that honours
 * them; nodes that are not among them stand before all. LEAT_ENOMEM. */
int leat__priority_order(struct leat__wiring *w, uint32_t *order, uint32_t n);
/* secret.c: the note secret() */
void leat__secret(struct leat__wiring *w);
/* content.c: the note reads(), and leat_path */
void leat__content(struct leat__wiring *w);
/* share.c: notes shared, turns and serial(), before anybody asks who writes */
void leat__share(struct leat__wiring *w);
/* refine.c: nodes and loaders get types as notes tell them. */
void leat__refine(struct leat__wiring *w);
/* destructor.c */
/* Fills in how a made value is destroyed, of a node or a loader. */
void leat__destructor_find(struct leat__wiring *w, struct leat__node *n);
const char *leat__type_text(struct leat__wiring *w, const struct leat__type *t);     /* as C writes it */
/* method.c: keeps in the graph the functions for types. */
void leat__methods_keep(struct leat__wiring *w);
/* loader.c */
/* Keeps in the graph the functions that read and write files; then tells how what
 * they read is destroyed. */
void leat__loaders_keep(struct leat__wiring *w);
void leat__loaders_own(struct leat__wiring *w);
/* revert.c */
/* Behind all nodes, when these have their ids: the functions that undo them, then those
 * that tell whether they happened. */
void leat__reverts_keep(struct leat__wiring *w);
/* It ends in __revert or __happened. */
bool leat__name_is_aside(const char *name);
/* own.c */
void leat__own(struct leat__wiring *w);
/* order.c */
/* must: `then` needs it to run; else it only comes before, if both run. */
void leat__pair_add(struct leat__wiring *w, uint32_t first, uint32_t then, bool must);
int leat__order(struct leat__wiring *w);
/* Where a walk through a node's needs stands; the next, LEAT__NONE when all are seen. */
struct leat__visit { uint32_t id, edge, pair; };
struct leat__visit leat__visit_of(const struct leat__wiring *w, uint32_t id);
uint32_t leat__next_need(const struct leat__wiring *w, struct leat__visit *v);

/* A problem of node n at its own place. */
#define leat__node_problem(w, id, ...)                                                  \
    leat__problem_add(&(w)->g->problems, LEAT_EBUILD, (id), leat__node_file((w)->g, (id)), \
                      leat__node_line((w)->g, (id)), __VA_ARGS__)
static inline const char *leat__node_file(const struct leat__graph *g, uint32_t id)
{
    return g->node[id].function ? g->node[id].function->head->file : NULL;
}
static inline int leat__node_line(const struct leat__graph *g, uint32_t id)
{
    return g->node[id].function ? g->node[id].function->head->line : 0;
}
