-- CreateTable
CREATE TABLE "setting_change" (
    "id" SERIAL NOT NULL,
    "key" TEXT NOT NULL,
    "value" JSONB NOT NULL,
    "source" TEXT NOT NULL,
    "valid_from" TIMESTAMPTZ(3) NOT NULL,
    "reason" TEXT NOT NULL DEFAULT '',
    "changed_by_id" TEXT,
    "changed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "setting_change_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "setting_change_key_valid_from_idx" ON "setting_change"("key", "valid_from");
