/* An opaque type that its own functions copy, and a value that is none. */
#include "diary.h"
#include <leat/node.h>
#include <stdint.h>

typedef struct { int n; void *inner; } image_t;

void image_free(image_t *i)
{
    wrote("-image");
    free(i->inner);
    free(i);
}
image_t *image(int n)
{
    image_t *i = malloc(sizeof *i);
    *i = (image_t){ n, malloc(1) };
    wrote("+image");
    return i;
}
image_t *image_copy(const image_t *from)
{
    if (from->n == 13) {
        leat_fail("13 is not copied");
        return NULL;
    }
    wrote("copy");
    return from->n == 14 ? NULL : image(from->n);
}
int turned(image_t *image)
{
    wrote("turned");
    image->n = -image->n;
    return image->n;
}
int seen(const image_t *image) { return image->n; }
int image_equal(const image_t *a, const image_t *b) { return a->n == b->n; }

struct buffer { char *text; int uses; };
struct buffer buffer(int n)
{
    struct buffer b = { malloc(20), n };
    strcpy(b.text, "first");
    return b;
}
void buffer_fini(struct buffer *b)
{
    wrote("-buffer");
    free(b->text);
}
struct buffer buffer_copy(const struct buffer *from)
{
    struct buffer b = { strdup(from->text), 100 };
    wrote("copy");
    return b;
}
int spent(struct buffer *buffer) { strcpy(buffer->text, "spent"); return buffer->uses; }
