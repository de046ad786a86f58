-- CreateTable
CREATE TABLE "role_grant" (
    "id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "role" TEXT NOT NULL,
    "unit_id" TEXT,
    "granted_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "granted_by_id" TEXT,

    CONSTRAINT "role_grant_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "role_grant_unit_id_idx" ON "role_grant"("unit_id");

-- CreateIndex
CREATE INDEX "role_grant_role_idx" ON "role_grant"("role");

-- CreateIndex
CREATE UNIQUE INDEX "role_grant_user_id_role_unit_id_key" ON "role_grant"("user_id", "role", "unit_id");

-- AddForeignKey
ALTER TABLE "role_grant" ADD CONSTRAINT "role_grant_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "role_grant" ADD CONSTRAINT "role_grant_unit_id_fkey" FOREIGN KEY ("unit_id") REFERENCES "unit"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- Whoever administered the system before grants were kept still does.
INSERT INTO "role_grant" ("id", "user_id", "role") SELECT 'admin-' || "id", "id", 'system_admin' FROM "user" WHERE "is_system_admin";
