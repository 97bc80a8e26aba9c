"""Tables of ours in the target: where it stands, how far each table is copied, when it was verified, and
which views we made."""

from __future__ import annotations

BOOKKEEPING = (
    """CREATE TABLE _zdcdc_checkpoint (
  id INT PRIMARY KEY,
  migration_id VARCHAR(64) NOT NULL,
  epoch BIGINT NOT NULL,
  round BIGINT NOT NULL,
  watermark LONGTEXT NOT NULL,
  handed_over BIGINT,
  source LONGTEXT NOT NULL
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin""",
    """CREATE TABLE _zdcdc_copy (
  table_id INT PRIMARY KEY,
  state VARCHAR(16) NOT NULL,
  copy_cursor LONGTEXT,
  rows_copied BIGINT NOT NULL,
  name VARCHAR(64) NOT NULL,
  generation BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin""",
    """CREATE TABLE _zdcdc_verification (
  id INT PRIMARY KEY,
  epoch BIGINT NOT NULL,
  first_sequence BIGINT NOT NULL,
  last_sequence BIGINT NOT NULL,
  rows_compared BIGINT NOT NULL,
  differing BIGINT NOT NULL,
  finished_at DATETIME(6) NOT NULL
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin""",
    """CREATE TABLE _zdcdc_view (
  name VARCHAR(64) PRIMARY KEY,
  statement LONGTEXT NOT NULL
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin""",
)

BOOKKEEPING_TABLES = ("_zdcdc_view", "_zdcdc_verification", "_zdcdc_copy", "_zdcdc_checkpoint")
