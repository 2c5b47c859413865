"""Names and companies are found by blocks instead of trigrams."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

# A block is two words of a text by their ends, `sch_` and `_idt`: whoever mistypes one letter leaves one end
# of the word as it was. Who asks also tries what the ends may have been. The first four words count.
_MATCH_BLOCKS = """
CREATE FUNCTION match_blocks(kind text, name text, company text, asking boolean) RETURNS int[]
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    about text := kind || ' name ';
    words text; whole text; word text; size int;
    ends text[]; earlier text[]; one text; other text;
    found int[] := '{}';
BEGIN
    FOREACH words IN ARRAY ARRAY[name, company] LOOP
        whole := replace(words, ' ', '');
        IF whole <> '' THEN
            -- However it was cut into words.
            found := found || hashtext(about || left(whole, 3) || right(whole, 3));
            earlier := '{}';
            FOREACH word IN ARRAY (string_to_array(words, ' '))[1:4] LOOP
                size := length(word);
                ends := CASE WHEN size > 5 THEN ARRAY[left(word, 3) || '_', '_' || right(word, 3)]
                    ELSE ARRAY[left(word, 2) || '_', '_' || right(word, 2)] END;
                IF size = 3 THEN
                    ends := ends || (left(word, 1) || '_' || right(word, 1));
                ELSIF size = 2 THEN
                    ends := ends || (left(word, 1) || '_') || ('_' || right(word, 1));
                END IF;
                IF asking THEN
                    -- Letters that changed places, and words that were a letter longer or shorter.
                    ends := ends || CASE size
                        WHEN 3 THEN ARRAY[reverse(left(word, 2)) || '_', '_' || reverse(right(word, 2))]
                        WHEN 4 THEN ARRAY[left(word, 1) || substr(word, 3, 1) || '_',
                            '_' || substr(word, 2, 1) || right(word, 1)]
                        WHEN 5 THEN ARRAY[left(word, 3) || '_', '_' || right(word, 3)]
                        WHEN 6 THEN ARRAY[left(word, 2) || substr(word, 4, 1) || '_',
                            '_' || substr(word, 3, 1) || right(word, 2),
                            left(word, 2) || '_', '_' || right(word, 2)]
                        ELSE '{}' END;
                END IF;
                FOREACH other IN ARRAY earlier LOOP
                    FOREACH one IN ARRAY ends LOOP
                        found := found || hashtext(about || least(one, other) || ' ' || greatest(one, other));
                    END LOOP;
                END LOOP;
                earlier := earlier || ends;
            END LOOP;
            IF whole = words THEN
                -- A single word, by longer ends where it has them.
                IF size > 8 OR size = 8 AND NOT asking THEN
                    ends := '{}';
                END IF;
                IF size > 7 OR size = 7 AND asking THEN
                    ends := ends || (left(word, 4) || '_') || ('_' || right(word, 4));
                END IF;
                FOREACH one IN ARRAY ends LOOP
                    found := found || hashtext(about || one);
                END LOOP;
            END IF;
        END IF;
        about := kind || ' company ';
    END LOOP;
    RETURN found;
END $$
"""


def upgrade() -> None:
    op.execute(_MATCH_BLOCKS)
    op.create_index(
        "ix_match_key_blocks",
        "match_key",
        [sa.text("match_blocks(kind, name, company, false)")],
        postgresql_using="gin",
        postgresql_with={"gin_pending_list_limit": 256},
        postgresql_where=sa.text("active"),
    )
    op.drop_index("ix_match_key_words", "match_key")
    op.drop_index("ix_match_key_account_company", "match_key")


def downgrade() -> None:
    _trigrams("ix_match_key_words", ["name", "company"], "active")
    _trigrams("ix_match_key_account_company", ["company"], "active AND kind = 'account'")
    op.drop_index("ix_match_key_blocks", "match_key")
    op.execute("DROP FUNCTION match_blocks")


def _trigrams(name: str, columns: list[str], where: str) -> None:
    op.create_index(
        name,
        "match_key",
        [sa.text(f"{column} gin_trgm_ops") for column in columns],
        postgresql_using="gin",
        postgresql_with={"gin_pending_list_limit": 256},
        postgresql_where=sa.text(where),
    )
