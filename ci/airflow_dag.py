"""Judges a day's file, and drops it only if nothing in it would be refused.

The workers need the program preflight. Airflow 2 has BashOperator in
airflow.operators.bash.
"""

import pendulum
from airflow import DAG
from airflow.providers.standard.operators.bash import BashOperator

with DAG(
    dag_id="drop_sales",
    schedule="@daily",
    start_date=pendulum.datetime(2026, 11, 20, tz="Asia/Kolkata"),
    catchup=False,
    # A name is handed over in the environment, so that no shell reads it as code.
    default_args={"env": {"FILE": "/data/out/sales_{{ ds }}.csv"}, "append_env": True},
):
    judge = BashOperator(
        task_id="preflight",
        bash_command='preflight check --report html="$FILE.html" -- "$FILE"',
        retries=0,  # the same file has the same findings
    )
    drop = BashOperator(
        task_id="drop",
        bash_command="""printf 'put "%s" /in/\\n' "$FILE" | sftp -b - brand@data.example.com""",
    )
    judge >> drop
