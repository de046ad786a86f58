-- DropIndex
DROP INDEX "audit_entry_actor_id_idx";

-- DropIndex
DROP INDEX "audit_entry_at_idx";

-- DropIndex
DROP INDEX "audit_entry_subject_idx";

-- CreateIndex
CREATE INDEX "audit_entry_at_id_idx" ON "audit_entry"("at", "id");

-- CreateIndex
CREATE INDEX "audit_entry_subject_at_id_idx" ON "audit_entry"("subject", "at", "id");

-- CreateIndex
CREATE INDEX "audit_entry_actor_id_at_id_idx" ON "audit_entry"("actor_id", "at", "id");

-- CreateIndex
CREATE INDEX "audit_entry_action_at_id_idx" ON "audit_entry"("action", "at", "id");

-- CreateIndex
CREATE INDEX "audit_entry_address_at_id_idx" ON "audit_entry"("address", "at", "id");
