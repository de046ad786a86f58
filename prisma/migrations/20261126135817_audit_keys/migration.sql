-- AlterTable
ALTER TABLE "audit_entry" ADD COLUMN     "address" TEXT NOT NULL DEFAULT '',
ADD COLUMN     "key_id" TEXT NOT NULL DEFAULT '';

-- CreateIndex
CREATE INDEX "audit_entry_at_idx" ON "audit_entry"("at");

-- CreateIndex
CREATE INDEX "audit_entry_actor_id_idx" ON "audit_entry"("actor_id");
