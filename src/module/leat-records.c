/* leat-records: the debug info of a shared object or object file as a record.
 *
 *     leat-records [--text] [--sources=DIR_OR_FILE:...] FILE
 *     leat-records --frames FILE ADDRESS...
 *
 * A program of its own because debug info is somebody else's bytes and libdw
 * much code: libleat starts it with limits and checks what it prints. Exit: 0,
 * 3 the file cannot be used, 2 wrong options, 1 anything else. */
#include "base/error.h"
#include "module/record.h"
#include "module/records_files.h"
#include "module/records_frames.h"
#include "module/records_functions.h"
#include "module/records_elf.h"
#include "module/records_notes.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char usage[] = "usage: leat-records [--text] [--sources=DIR_OR_FILE:...] FILE\n"
                            "       leat-records " LEAT__FRAMES_OPTION " FILE ADDRESS...\n";

struct options { bool text; const char *path; };

static int read_options(struct options *o, struct leat__files *files, int argc, char **argv)
{
    static const char sources[] = "--sources=";
    bool names = false;
    for (int i = 1; i < argc; i++) {
        const char *s = argv[i];
        if (!names && !strcmp(s, "--"))
            names = true;
        else if (!names && !strcmp(s, "--text"))
            o->text = true;
        else if (!names && !strncmp(s, sources, sizeof sources - 1)) {
            if (leat__files_add_sources(files, s + sizeof sources - 1) < 0)
                return LEAT_ENOMEM;
        } else if ((!names && *s == '-') || o->path)
            return LEAT_EUSAGE;
        else
            o->path = s;
    }
    return o->path ? 0 : LEAT_EUSAGE;
}

static void copy_header(struct leat__record_header *h, const struct leat__elf *image)
{
    memcpy(h->build_id, image->build_id, sizeof h->build_id);
    h->build_id_size = image->build_id_size;
    h->nodes_address = image->nodes_address;
    h->nodes_size = image->nodes_size;
    h->flags = (image->cxx ? LEAT__RECORD_CXX : 0) | (image->cxx && image->libcxx ? LEAT__RECORD_LIBCXX : 0);
}

static int make_record(const char *path, struct leat__files *files, void **out_bytes,
                       size_t *out_size, leat_error *err)
{
    struct leat__elf image;
    struct leat__record_writer *w = leat__record_writer_new();
    int code = w ? leat__elf_open(&image, path, err) : leat__fail_memory(err);
    if (!w)
        return code;
    if (code == 0)
        code = leat__functions_add(w, &image, files, err);
    copy_header(leat__record_writer_header(w), &image);
    if (code == 0)
        code = leat__notes_add(w, &image, err);
    if (code == 0)
        code = leat__record_writer_finish(w, out_bytes, out_size, err);
    leat__record_writer_free(w);
    leat__elf_fini(&image);
    return code;
}

static int write_text(void *bytes, size_t size, leat_error *err)
{
    struct leat__record r;
    struct leat__text text = { 0 };
    int code = leat__record_read(&r, bytes, size, "record", err);
    if (code < 0)
        return code;
    leat__record_print(&text, &r);
    if (text.failed)
        code = leat__fail_memory(err);
    else if (text.len != fwrite(text.data, 1, text.len, stdout))
        code = leat__fail_errno(err, "cannot write");
    leat__text_fini(&text);
    leat__record_fini(&r);
    return code;
}

static int write_bytes(void *bytes, size_t size, leat_error *err)
{
    int code = size == fwrite(bytes, 1, size, stdout) ? 0 : leat__fail_errno(err, "cannot write");
    free(bytes);
    return code;
}

/* Flushed, told, and how it ends. */
static int finish(const char *path, int code, leat_error *err)
{
    if (code == 0 && fflush(stdout))
        code = leat__fail_errno(err, "cannot write");
    if (code < 0)
        fprintf(stderr, "leat-records: %s: %s\n", path, err->message);
    return code == 0 ? 0 : code == LEAT_EBUILD ? 3 : 1;
}

int main(int argc, char **argv)
{
    struct options options = { 0 };
    struct leat__files files = { 0 };
    leat_error err;
    void *bytes;
    size_t size;
    unsetenv("DEBUGINFOD_URLS");    /* libdw would ask the network */
    if (argc > 3 && !strcmp(argv[1], LEAT__FRAMES_OPTION))
        return finish(argv[2], leat__frames_print(argv[2], argv + 3, argc - 3, &err), &err);
    int code = read_options(&options, &files, argc, argv);
    if (code == LEAT_EUSAGE) {
        fputs(usage, stderr);
        leat__files_fini(&files);
        return 2;
    }
    if (code < 0)
        leat__fail_memory(&err);
    else
        code = make_record(options.path, &files, &bytes, &size, &err);
    leat__files_fini(&files);
    if (code == 0)
        code = options.text ? write_text(bytes, size, &err) : write_bytes(bytes, size, &err);
    return finish(options.path, code, &err);
}
