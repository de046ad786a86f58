-- AlterTable
ALTER TABLE "participant" ADD COLUMN     "mandate_id" TEXT;

-- CreateTable
CREATE TABLE "body" (
    "id" TEXT NOT NULL,
    "unit_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "name_search" TEXT NOT NULL,
    "term" TEXT NOT NULL DEFAULT '',
    "valid_from" DATE NOT NULL,
    "valid_until" DATE,
    "is_sample" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "body_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "mandate" (
    "id" TEXT NOT NULL,
    "body_id" TEXT NOT NULL,
    "user_id" TEXT,
    "name" TEXT NOT NULL,
    "name_search" TEXT NOT NULL,
    "position" TEXT NOT NULL DEFAULT '',
    "may_vote" BOOLEAN NOT NULL DEFAULT true,
    "valid_from" DATE NOT NULL,
    "valid_until" DATE,
    "end_reason" TEXT NOT NULL DEFAULT '',

    CONSTRAINT "mandate_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "mandate_office" (
    "id" TEXT NOT NULL,
    "mandate_id" TEXT NOT NULL,
    "body_id" TEXT NOT NULL,
    "office" TEXT NOT NULL,
    "valid_from" DATE NOT NULL,
    "valid_until" DATE,

    CONSTRAINT "mandate_office_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "body_session" (
    "id" TEXT NOT NULL,
    "body_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,

    CONSTRAINT "body_session_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "sitting" (
    "meeting_id" TEXT NOT NULL,
    "body_id" TEXT NOT NULL,
    "session_id" TEXT,
    "number" INTEGER,

    CONSTRAINT "sitting_pkey" PRIMARY KEY ("meeting_id")
);

-- CreateIndex
CREATE INDEX "body_unit_id_idx" ON "body"("unit_id");

-- CreateIndex
CREATE INDEX "body_name_search_idx" ON "body"("name_search");

-- CreateIndex
CREATE INDEX "mandate_body_id_idx" ON "mandate"("body_id");

-- CreateIndex
CREATE INDEX "mandate_user_id_idx" ON "mandate"("user_id");

-- CreateIndex
CREATE UNIQUE INDEX "mandate_id_body_id_key" ON "mandate"("id", "body_id");

-- CreateIndex
CREATE INDEX "mandate_office_mandate_id_body_id_idx" ON "mandate_office"("mandate_id", "body_id");

-- CreateIndex
CREATE UNIQUE INDEX "body_session_body_id_name_key" ON "body_session"("body_id", "name");

-- CreateIndex
CREATE UNIQUE INDEX "body_session_id_body_id_key" ON "body_session"("id", "body_id");

-- CreateIndex
CREATE INDEX "sitting_body_id_idx" ON "sitting"("body_id");

-- CreateIndex
CREATE INDEX "sitting_session_id_body_id_idx" ON "sitting"("session_id", "body_id");

-- CreateIndex
CREATE UNIQUE INDEX "sitting_session_id_number_key" ON "sitting"("session_id", "number");

-- CreateIndex
CREATE INDEX "participant_mandate_id_idx" ON "participant"("mandate_id");

-- CreateIndex
CREATE UNIQUE INDEX "participant_meeting_id_mandate_id_key" ON "participant"("meeting_id", "mandate_id");

-- AddForeignKey
ALTER TABLE "body" ADD CONSTRAINT "body_unit_id_fkey" FOREIGN KEY ("unit_id") REFERENCES "unit"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "mandate" ADD CONSTRAINT "mandate_body_id_fkey" FOREIGN KEY ("body_id") REFERENCES "body"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "mandate" ADD CONSTRAINT "mandate_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "mandate_office" ADD CONSTRAINT "mandate_office_mandate_id_body_id_fkey" FOREIGN KEY ("mandate_id", "body_id") REFERENCES "mandate"("id", "body_id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "body_session" ADD CONSTRAINT "body_session_body_id_fkey" FOREIGN KEY ("body_id") REFERENCES "body"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "sitting" ADD CONSTRAINT "sitting_meeting_id_fkey" FOREIGN KEY ("meeting_id") REFERENCES "meeting"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "sitting" ADD CONSTRAINT "sitting_body_id_fkey" FOREIGN KEY ("body_id") REFERENCES "body"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "sitting" ADD CONSTRAINT "sitting_session_id_body_id_fkey" FOREIGN KEY ("session_id", "body_id") REFERENCES "body_session"("id", "body_id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "participant" ADD CONSTRAINT "participant_mandate_id_fkey" FOREIGN KEY ("mandate_id") REFERENCES "mandate"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- What Prisma cannot say. A text as a range of itself: so that no extension is needed for "the same and overlapping".
CREATE TYPE text_range AS RANGE (subtype = text, collation = "C");

ALTER TABLE "body" ADD CONSTRAINT "body_ends_after_it_begins" CHECK ("valid_until" > "valid_from");
ALTER TABLE "mandate" ADD CONSTRAINT "mandate_ends_after_it_begins" CHECK ("valid_until" > "valid_from");
ALTER TABLE "mandate_office" ADD CONSTRAINT "mandate_office_ends_after_it_begins" CHECK ("valid_until" > "valid_from");
ALTER TABLE "sitting" ADD CONSTRAINT "sitting_is_numbered_in_its_session" CHECK ("session_id" IS NULL OR "number" IS NOT NULL);
ALTER TABLE "sitting" ADD CONSTRAINT "sitting_number_is_positive" CHECK ("number" > 0);

-- Nobody has two mandates of one body at once; who has no account is known by name and position.
ALTER TABLE "mandate" ADD CONSTRAINT "mandate_once_at_a_time" EXCLUDE USING gist (
  text_range("body_id", "body_id", '[]') WITH &&,
  text_range(COALESCE("user_id", lower("name") || '/' || lower("position")), COALESCE("user_id", lower("name") || '/' || lower("position")), '[]') WITH &&,
  daterange("valid_from", "valid_until") WITH &&
);

-- No office twice for one member at once, and one who presides over a body.
ALTER TABLE "mandate_office" ADD CONSTRAINT "mandate_office_once_at_a_time" EXCLUDE USING gist (
  text_range("mandate_id", "mandate_id", '[]') WITH &&,
  text_range("office", "office", '[]') WITH &&,
  daterange("valid_from", "valid_until") WITH &&
);
ALTER TABLE "mandate_office" ADD CONSTRAINT "mandate_office_one_head" EXCLUDE USING gist (
  text_range("body_id", "body_id", '[]') WITH &&,
  daterange("valid_from", "valid_until") WITH &&
) WHERE ("office" IN ('chair', 'head'));
