"""The process that runs visitors' SQL, as `python -m portal.visitor_sql`: isolated before DuckDB is loaded, which starts a thread."""

from portal.visitor_sql.confinement import isolate

if __name__ == "__main__":
    isolated = isolate()
    from portal.visitor_sql.worker import main

    main(isolated)
