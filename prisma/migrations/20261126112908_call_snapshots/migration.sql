-- CreateTable
CREATE TABLE "call_snapshot" (
    "meeting_id" TEXT NOT NULL,
    "seq" INTEGER NOT NULL,
    "fold" TEXT NOT NULL,
    "room" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "call_snapshot_pkey" PRIMARY KEY ("meeting_id")
);

-- AddForeignKey
ALTER TABLE "call_snapshot" ADD CONSTRAINT "call_snapshot_meeting_id_fkey" FOREIGN KEY ("meeting_id") REFERENCES "meeting"("id") ON DELETE CASCADE ON UPDATE CASCADE;
