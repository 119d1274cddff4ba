#include "folder_choice.h"

#include <stdlib.h>

static int by_name(const void *key, const void *row)
{
    return sv_compare(*(const struct sv *)key, ((const struct store_folder *)row)->name);
}

static const struct store_folder *find(const struct folder_choices *choices, struct sv name)
{
    return choices->n > 0 ? bsearch(&name, choices->p, choices->n, sizeof *choices->p, by_name)
                          : NULL;
}

static bool choosable(const struct imap_folder *folder, const struct store_folder *choice)
{
    return choice && choice->use >= IMAP_USE_DRAFTS && choice->use <= IMAP_USE_TRASH &&
           folder->selectable && folder->use != IMAP_USE_INBOX;
}

void folder_choices_apply(struct arena *arena, const struct folder_choices *choices,
                          struct imap_folders *listed)
{
    bool chosen[IMAP_USE_FLAGGED + 1] = {false};
    bool any = false;
    for (size_t i = 0; i < choices->n && !any; i++)
        any = choices->p[i].use != 0;
    if (!any)
        return;
    struct imap_folder *list = arena_array(arena, listed->n + 1, sizeof *list);
    memcpy(list, listed->p, listed->n * sizeof *list);
    for (size_t i = 0; i < listed->n; i++) {
        const struct store_folder *choice = find(choices, list[i].name);
        if (choosable(&list[i], choice) && !chosen[choice->use])
            chosen[choice->use] = true;
        else
            choice = NULL;
        list[i].use_guessed = choice != NULL; /* for now: who is not to lose it again below */
        if (choice)
            list[i].use = (enum imap_use)choice->use;
    }
    for (size_t i = 0; i < listed->n; i++) {
        if (!list[i].use_guessed && chosen[list[i].use])
            list[i].use = IMAP_USE_NONE;
        list[i].use_guessed = false;
    }
    listed->p = list;
}

void folder_choices_mark(const struct folder_choices *choices, struct folders *folders)
{
    struct folder *list = (struct folder *)folders->p; /* fresh from folders_arrange() */
    for (size_t i = 0; i < folders->n && choices->n > 0; i++) {
        const struct store_folder *choice = find(choices, list[i].name);
        if (!choice)
            continue;
        list[i].colour = colour_of(choice->colour);
        list[i].target = choice->target;
        list[i].use_chosen = choice->use != 0 && choice->use == (int)list[i].use;
    }
}
